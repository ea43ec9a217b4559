// The function app: Flex Consumption, Node 22, no keys and no passwords.
param name string
param planName string
param location string
param tags object
param identityId string
param identityClientId string
param storageName string
param insightsName string
param keyVaultUrl string
param githubApiUrl string
param githubAppId string

@description('The app setting that holds where alerts go, as slipway.config.json names it. Empty: no webhook.')
param webhookSetting string

@description('What an instance has. The functions need 150 MB whatever the size of the files; more brings more CPU, and costs more.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 512

// Names of secrets in the vault, never the secrets.
var token = empty(githubAppId) ? 'keyvault:github-token' : ''
var privateKey = empty(githubAppId) ? '' : 'keyvault:github-app-private-key'
var webhook = empty(webhookSetting) ? {} : { '${webhookSetting}': 'keyvault:alert-webhook-url' }

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}packages'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'node'
        version: '22'
      }
      scaleAndConcurrency: {
        maximumInstanceCount: 40
        instanceMemoryMB: instanceMemoryMB
      }
    }
  }
}

resource settings 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: app
  name: 'appsettings'
  properties: union(webhook, {
    AzureWebJobsStorage__accountName: storage.name
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
    // Bodies are small here; what is larger than 1 MiB is answered 413 by the host, before the app sees it.
    FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1048576'
    KEY_VAULT_URL: keyVaultUrl
    AZURE_SUBSCRIPTION_ID: subscription().subscriptionId
    AZURE_RESOURCE_MANAGER_URL: environment().resourceManager
    GITHUB_API_URL: githubApiUrl
    GITHUB_TOKEN: token
    GITHUB_APP_ID: githubAppId
    GITHUB_APP_PRIVATE_KEY: privateKey
  })
}

// Deployments come with an identity; the passwords of old are off.
resource passwords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = [for each in ['ftp', 'scm']: {
  parent: app
  name: each
  properties: {
    allow: false
  }
}]

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
output githubToken string = token
output githubAppPrivateKey string = privateKey
