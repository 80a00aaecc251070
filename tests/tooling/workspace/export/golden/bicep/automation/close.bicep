// Made by Masthead from automation/close.yaml; change that file, and export again.
param workspace string

resource content 'Microsoft.OperationalInsights/workspaces/providers/automationRules@2025-09-01' = {
  name: '${workspace}/Microsoft.SecurityInsights/6a4f2d1e-51f6-4e0c-8b7b-0c9be7d49c35'
  properties: {
    displayName: 'Close what is known'
    order: 7
    triggeringLogic: {
      isEnabled: true
      triggersOn: 'Incidents'
      triggersWhen: 'Created'
      conditions: [
        {
          conditionType: 'Property'
          conditionProperties: {
            propertyName: 'IncidentRelatedAnalyticRuleIds'
            operator: 'Contains'
            propertyValues: [
              '${resourceId('Microsoft.OperationalInsights/workspaces', workspace)}/providers/Microsoft.SecurityInsights/alertRules/a29be471-ba1c-44d8-a034-79e22c59915b'
            ]
          }
        }
      ]
    }
    actions: [
      {
        order: 1
        actionType: 'ModifyProperties'
        actionConfiguration: {
          status: 'Closed'
          classification: 'Undetermined'
          classificationComment: '[known]'
        }
      }
    ]
  }
}
