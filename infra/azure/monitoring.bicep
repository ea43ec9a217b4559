// Logs, and the alarm that does not depend on Slipway: it is silent, its checks fail, or its queue is stuck.
param workspaceName string
param insightsName string
param location string
param tags object

@description('Who is told. Empty: nobody would be, and an alarm that nobody hears is not paid for.')
param alertEmail string

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: 30
    features: {
      disableLocalAuth: true
    }
    // A loop that logs without end costs no more than this.
    workspaceCapping: {
      dailyQuotaGb: 1
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmail)) {
  name: 'ag-${insightsName}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'slipway'
    enabled: true
    emailReceivers: [
      {
        name: 'release manager'
        emailAddress: alertEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

// One rule for all three, because each rule is paid for. One failing run may be an outage of a minute: two are needed.
resource alarm 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = if (!empty(alertEmail)) {
  name: 'alarm-${insightsName}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Slipway needs you'
    description: 'No checks have run for 15 minutes, or two runs have failed, or a message went to a poison queue. The report page says what is wrong; docs/operations.md what to do.'
    severity: 1
    enabled: true
    scopes: [insights.id]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    criteria: {
      allOf: [
        {
          query: '''
traces
| summarize
    good = countif(message startswith "verified"),
    bad = countif(message startswith "verification failed"),
    stuck = countif(message has "poison")
| project weight = bad + 2 * stuck + iff(good + bad == 0, 2, 0)
'''
          metricMeasureColumn: 'weight'
          timeAggregation: 'Total'
          operator: 'GreaterThanOrEqual'
          threshold: 2
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    autoMitigate: true
    actions: {
      actionGroups: [people.id]
    }
  }
}

output insightsName string = insights.name
