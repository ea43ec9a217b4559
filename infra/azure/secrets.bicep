// The vault. Secure parameters end here and nowhere else; an empty one leaves in the vault what is there.
param name string
param location string
param tags object

@secure()
@description('PEM in base64: azd pastes values into JSON text, where a line break has no place.')
param githubAppPrivateKey string

@secure()
param githubToken string

@secure()
param alertWebhookUrl string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    softDeleteRetentionInDays: 7
  }
}

resource appPrivateKey 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(githubAppPrivateKey)) {
  parent: vault
  name: 'github-app-private-key'
  properties: {
    value: base64ToString(githubAppPrivateKey)
  }
}

resource token 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(githubToken)) {
  parent: vault
  name: 'github-token'
  properties: {
    value: githubToken
  }
}

resource webhook 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(alertWebhookUrl)) {
  parent: vault
  name: 'alert-webhook-url'
  properties: {
    value: alertWebhookUrl
  }
}

output name string = vault.name
output url string = vault.properties.vaultUri
