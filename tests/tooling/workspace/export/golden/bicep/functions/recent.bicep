// Made by Masthead from functions/recent.yaml; change that file, and export again.
param workspace string

resource content 'Microsoft.OperationalInsights/workspaces/savedSearches@2025-07-01' = {
  name: '${workspace}/7143650f-82bc-4bce-9450-fb176369cbff'
  etag: '*'
  properties: {
    category: 'Functions'
    displayName: 'Recent rows'
    query: 'AKSAudit | where TimeGenerated > ago(since) and _GetWatchlist(\'Networks\') has \'a\''
    version: 2
    functionAlias: 'Recent'
    tags: [
      {
        name: 'description'
        value: 'What came in lately.'
      }
    ]
    functionParameters: 'since:timespan=1d'
  }
}
