from bureau.deadlines.clocks import Matter, register

register(Matter("workflow_app.drafting", "Drafting"))
