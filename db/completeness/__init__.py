"""How complete the records are: returns, last words of stations, findings, days that were hardly looked up."""
