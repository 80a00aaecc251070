// Made by Masthead from hunting/rbac/looked-for.yaml; change that file, and export again.
param workspace string

resource content 'Microsoft.OperationalInsights/workspaces/savedSearches@2025-07-01' = {
  name: '${workspace}/ca97058d-3120-4201-9252-955eb026505c'
  etag: '*'
  properties: {
    category: 'Hunting Queries'
    displayName: 'Looked for'
    query: '''
AKSAudit
| take 1'''
    version: 2
    tags: [
      {
        name: 'description'
        value: 'Somebody looks around.'
      }
      {
        name: 'tactics'
        value: 'Discovery'
      }
      {
        name: 'techniques'
        value: 'T1613'
      }
    ]
  }
}
