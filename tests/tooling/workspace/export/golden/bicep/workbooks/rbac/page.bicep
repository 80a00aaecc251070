// Made by Masthead from workbooks/rbac/page.yaml; change that file, and export again.
param workspace string

resource content 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: '5f0c55b9-2f2c-4a57-9a37-0d9d8f1c7e21'
  location: resourceGroup().location
  kind: 'shared'
  tags: {
    'hidden-title': 'A page'
  }
  properties: {
    displayName: 'A page'
    description: 'Who may do what.'
    serializedData: '''
{
  "version": "Notebook/1.0",
  "items": [
    {
      "type": 1,
      "content": {
        "json": "It's {Cluster}, or ${none}."
      },
      "name": "items 0"
    }
  ],
  "fallbackResourceIds": [],
  "fromTemplateId": "masthead-page",
  "$schema": "https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json"
}
'''
    version: 'Notebook/1.0'
    category: 'sentinel'
    sourceId: resourceId('Microsoft.OperationalInsights/workspaces', workspace)
  }
}
