"""Teachers who move from one school to another: both schools agree, personnel approves."""
