// All of Slipway in one resource group of a subscription. `azd up` deploys it; README.md says how.
targetScope = 'subscription'

@description('The azd environment: it names the resource group, and makes all other names its own.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Where everything lies. Flex Consumption must be offered there.')
@minLength(1)
param location string

@description('What kind of principal deploys.')
@allowed(['User', 'ServicePrincipal'])
param principalType string = 'User'

@description('Where the REST API of GitHub is: another address for GitHub Enterprise.')
param githubApiUrl string = 'https://api.github.com'

@description('The number of the GitHub App. Empty: a token is used.')
param githubAppId string = ''

@secure()
@description('The private key of the GitHub App: its .pem file in base64, one line. Empty: the one in the vault stays.')
param githubAppPrivateKey string = ''

@secure()
@description('A token of GitHub, where there is no App. Empty: the one in the vault stays.')
param githubToken string = ''

@secure()
@description('Where alerts go. Empty: the address in the vault stays.')
param alertWebhookUrl string = ''

@description('Who gets an e-mail when Slipway is silent, its checks fail or its queue is stuck. Empty: no such alarm.')
param alertEmail string = ''

// The policy: which VM there is, and whether alerts go to a webhook, is said there and nowhere else.
var config = any(loadJsonContent('../../slipway.config.json'))
var hasVm = contains(config, 'vm')
var webhookSetting = config.?alerts.?webhook ?? ''

var token = uniqueString(subscription().id, environmentName, location)
var tags = {
  'azd-env-name': environmentName
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'identity.bicep' = {
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: tags
  }
}

module storage 'storage.bicep' = {
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: tags
  }
}

module events 'events.bicep' = {
  scope: group
  params: {
    name: 'evgst-${token}'
    location: location
    tags: tags
    storageName: storage.outputs.name
  }
}

module secrets 'secrets.bicep' = {
  scope: group
  params: {
    name: 'kv-${token}'
    location: location
    tags: tags
    githubAppPrivateKey: githubAppPrivateKey
    githubToken: githubToken
    alertWebhookUrl: alertWebhookUrl
  }
}

module monitoring 'monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-${token}'
    insightsName: 'appi-${token}'
    location: location
    tags: tags
    alertEmail: alertEmail
  }
}

module roles 'roles.bicep' = {
  scope: group
  params: {
    appPrincipalId: identity.outputs.principalId
    deployerPrincipalId: deployer().objectId
    deployerType: principalType
    storageName: storage.outputs.name
    vaultName: secrets.outputs.name
    insightsName: monitoring.outputs.insightsName
  }
}

module app 'app.bicep' = {
  scope: group
  params: {
    name: 'func-${token}'
    planName: 'plan-${token}'
    location: location
    tags: union(tags, { 'azd-service-name': 'app' })
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageName: storage.outputs.name
    insightsName: monitoring.outputs.insightsName
    keyVaultUrl: secrets.outputs.url
    githubApiUrl: githubApiUrl
    githubAppId: githubAppId
    webhookSetting: webhookSetting
  }
  // The host reads its storage with these rights as soon as it starts.
  dependsOn: [roles]
}

module vmAccess 'vm-access.bicep' = if (hasVm) {
  scope: resourceGroup(config.?vm.?resourceGroup ?? group.name)
  params: {
    vmName: config.?vm.?name ?? ''
    principalId: identity.outputs.principalId
    owner: app.outputs.name
  }
}

// What the command line reads with `azd env get-values`. No output is a secret: the function key is asked for when it is needed.
output AZURE_RESOURCE_GROUP string = group.name
output SLIPWAY_URL string = app.outputs.url
output SLIPWAY_APP string = app.outputs.name
output AzureWebJobsStorage__accountName string = storage.outputs.name
output KEY_VAULT_URL string = secrets.outputs.url
output AZURE_RESOURCE_MANAGER_URL string = environment().resourceManager
output GITHUB_API_URL string = githubApiUrl
output GITHUB_TOKEN string = app.outputs.githubToken
output GITHUB_APP_ID string = githubAppId
output GITHUB_APP_PRIVATE_KEY string = app.outputs.githubAppPrivateKey
