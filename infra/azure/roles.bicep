// Who may do what, but for Event Grid (events.bicep) and the VM (vm-access.bicep). docs/security.md is tested against these.
param appPrincipalId string
param deployerPrincipalId string

@allowed(['User', 'ServicePrincipal'])
param deployerType string

param storageName string
param vaultName string
param insightsName string

var blobOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // Storage Blob Data Owner
var blobContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe' // Storage Blob Data Contributor
var queueContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88' // Storage Queue Data Contributor
var queueReader = '19e7f393-937e-4f77-808e-94535e297925' // Storage Queue Data Reader
var tableContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // Storage Table Data Contributor
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6' // Key Vault Secrets User
var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb' // Monitoring Metrics Publisher

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource inbox 'containers' existing = {
      name: 'inbox'
    }

    resource state 'containers' existing = {
      name: 'state'
    }
  }

  resource queues 'queueServices' existing = {
    name: 'default'

    resource poison 'queues' existing = {
      name: 'inbox-events-poison'
    }
  }
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource appBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, appPrincipalId, blobOwner)
  scope: storage
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobOwner)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    description: 'Inbox, archive, state, reports and the package; the Functions host keeps its locks and keys in containers of its own.'
  }
}

resource appQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, appPrincipalId, queueContributor)
  scope: storage
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', queueContributor)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    description: 'Reads and sends messages; the host moves those that fail to the poison queues.'
  }
}

resource appTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, appPrincipalId, tableContributor)
  scope: storage
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', tableContributor)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    description: 'The Functions host writes its diagnostic events into a table.'
  }
}

resource appSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, appPrincipalId, secretsUser)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    description: 'Reads the credentials of GitHub and the address for alerts.'
  }
}

resource appMetrics 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, appPrincipalId, metricsPublisher)
  scope: insights
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    description: 'Sends its logs, which no key may do.'
  }
}

resource deployerInbox 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage::blobs::inbox.id, deployerPrincipalId, blobContributor)
  scope: storage::blobs::inbox
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobContributor)
    principalId: deployerPrincipalId
    principalType: deployerType
    description: 'slipway ship uploads into the inbox.'
  }
}

resource deployerState 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage::blobs::state.id, deployerPrincipalId, blobContributor)
  scope: storage::blobs::state
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobContributor)
    principalId: deployerPrincipalId
    principalType: deployerType
    description: 'slipway verify reads the records, and takes the lease that keeps two commands off the VM.'
  }
}

resource deployerPoison 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage::queues::poison.id, deployerPrincipalId, queueReader)
  scope: storage::queues::poison
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', queueReader)
    principalId: deployerPrincipalId
    principalType: deployerType
    description: 'slipway verify counts the messages that failed.'
  }
}

resource deployerSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, deployerPrincipalId, secretsUser)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    principalId: deployerPrincipalId
    principalType: deployerType
    description: 'slipway version, publish, verify and doctor speak to GitHub as the app does.'
  }
}
