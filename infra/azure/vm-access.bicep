// In the resource group of the VM: the app may run commands on this VM, look at it, and nothing else.
param vmName string
param principalId string

@description('The app, which makes the role its own.')
param owner string

resource vm 'Microsoft.Compute/virtualMachines@2024-11-01' existing = {
  name: vmName
}

resource operator 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, owner)
  properties: {
    roleName: 'Slipway VM operator (${owner})'
    description: 'Runs commands on a VM: brings the manifest, and looks at it and at the secret.'
    type: 'CustomRole'
    permissions: [
      {
        actions: ['Microsoft.Compute/virtualMachines/runCommand/action', 'Microsoft.Compute/virtualMachines/read']
      }
    ]
    assignableScopes: [resourceGroup().id]
  }
}

resource mayRun 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vm.id, principalId, operator.id)
  scope: vm
  properties: {
    roleDefinitionId: operator.id
    principalId: principalId
    principalType: 'ServicePrincipal'
    description: 'Slipway brings the manifest to this VM and proves that it is there.'
  }
}

// `azd down` deletes every resource group in which the deployment has left something: with --force, or in older versions, this one
// too, VM and all. Azure refuses that as long as the VM is locked. Running commands is not affected.
resource seatbelt 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'slipway'
  scope: vm
  properties: {
    level: 'CanNotDelete'
    notes: 'Slipway has a role on this VM. The lock keeps azd down, which removes Slipway, from removing the VM.'
  }
}
