// Made by Masthead from detections/rbac/granted.yaml; change that file, and export again.
param workspace string

resource content 'Microsoft.OperationalInsights/workspaces/providers/alertRules@2025-07-01-preview' = {
  name: '${workspace}/Microsoft.SecurityInsights/a29be471-ba1c-44d8-a034-79e22c59915b'
  kind: 'Scheduled'
  properties: {
    displayName: '[Cluster-admin] granted [again]'
    description: '''
It's the shortest way to the whole cluster.

Änderungen von ${jemand} sind gemeint.'''
    severity: 'High'
    enabled: true
    query: '''
Recent
| where Verb in("create", "update") and User != '$${name}'
| where Note != "it's"'''
    queryFrequency: 'PT15M'
    queryPeriod: 'PT1H'
    triggerOperator: 'GreaterThan'
    triggerThreshold: 0
    suppressionEnabled: false
    suppressionDuration: 'PT5H'
    tactics: [
      'Persistence'
    ]
    techniques: [
      'T1098'
    ]
    subTechniques: [
      'T1098.006'
    ]
    eventGroupingSettings: {
      aggregationKind: 'SingleAlert'
    }
    incidentConfiguration: {
      createIncident: true
      groupingConfiguration: {
        enabled: false
        reopenClosedIncident: false
        lookbackDuration: 'PT5H'
        matchingMethod: 'AllEntities'
        groupByEntities: []
        groupByAlertDetails: []
        groupByCustomDetails: []
      }
    }
    entityMappings: [
      {
        entityType: 'Account'
        fieldMappings: [
          {
            identifier: 'Name'
            columnName: 'AccountName'
          }
        ]
      }
    ]
    customDetails: {
      Binding: 'Binding'
      'if': 'Condition'
    }
    alertDetailsOverride: {
      alertDisplayNameFormat: '[{{Username}}]'
    }
  }
}
