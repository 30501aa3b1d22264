"""Review (复查) and re-review (复核) of the answer to a letter: Regulations on Petition Work 2022, art. 35 and 36."""
