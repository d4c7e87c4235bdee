"""Statements about one trace, as they are written by hand: one a line."""

FALSE = r"""
trace.assert_never("delete_user")
trace.assert_never("delete*")
trace.assert_never("DELETE_USER")
trace.assert_never("deleteuser")
trace.assert_never("delete user")
trace.assert_never("delete__user")
trace.assert_never("*elete_use?")
trace.assert_never("[d]elete_user")
trace.assert_never(re.compile("delete"))
trace.assert_never(re.compile("DELETE"))
trace.assert_never("tool:delete_user")
trace.assert_never("tool delete_user")
trace.assert_never("tool.delete_user")
trace.assert_never("planner/buyer/delete_user")
trace.assert_never("planner.buyer.delete_user")
trace.assert_never("planner > delete_user")
trace.assert_never("delete_user()")
trace.assert_never("'delete_user'")
trace.assert_never("delete_user ")
trace.assert_never("delete_user\n")
trace.assert_never(lambda n: "delete" in n)
trace.assert_never(lambda n: None)
trace.assert_never(type="tool", name="delete_user")
trace.assert_never(type="Tool")
trace.assert_never(type="tools")
trace.assert_never(type="TOOL")
trace.assert_never(type="t*l")
trace.assert_never(type="retriever")
trace.assert_never(type="model")
trace.assert_never(type="function")
trace.assert_never("delete_user", input={"user": {"id": 7}})
trace.assert_never("delete_user", input={"user": {"id": "7"}})
trace.assert_never("delete_user", input={"user.id": 7})
trace.assert_never("delete_user", input={"id": 7})
trace.assert_never("delete_user", input='{"user": {"id": 7}}')
trace.assert_never("delete_user", input={"user": {"ID": 7}})
trace.assert_never("delete_user", input={"user": {"id": 7.0}})
trace.assert_never("pay", input={"amount": 10})
trace.assert_never("pay", input={"amount": "10"})
trace.assert_never("pay", input={"Amount": 10})
trace.assert_never("search", input="cat*")
trace.assert_never("search", output=[{"id": "1"}])
trace.assert_never("delete_user", error="TimeoutError")
trace.assert_never("delete_user", error="timeout")
trace.assert_never("delete_user", error="timeouterror")
trace.assert_never("delete_user", error="Timeout*")
trace.assert_never("delete_user", error=re.compile("timed out"))
trace.assert_never("delete_user", error=re.compile("Timed Out"))
trace.assert_never("delete_user", error="upstream timed out")
trace.assert_never("delete_user", error=TimeoutError)
trace.assert_never("delete_user", error=OSError)
trace.assert_never("delete_user", error=Exception)
trace.assert_never("delete_user", error=TimeoutError("upstream timed out"))
trace.assert_never("delete_user", error=True)
trace.assert_never("delete_user", error=1)
trace.assert_never("delete_user", status="failed")
trace.assert_never("delete_user", status="Error")
trace.assert_never("delete_user", status="ERROR")
trace.assert_never("delete_user", status="ok")
trace.assert_never("delete_user", under="planner")
trace.assert_never("delete_user", under="Planner")
trace.assert_never("delete_user", under="agent")
trace.assert_never("delete_user", under="agent:buyer")
trace.assert_never("delete_user", under="agent buyer")
trace.assert_never("delete_user", under="planner.buyer")
trace.assert_never("delete_user", under=re.compile("BUY"))
trace.assert_never("delete_user", under=T.one("buyer"))
trace.assert_never("delete_user", under=T.agents)
trace.assert_never("delete_user", path="delete_user")
trace.assert_never("delete_user", path="planner.delete_user")
trace.assert_never("delete_user", path="planner/buyer/delete_user")
trace.assert_never("delete_user", path="Planner.buyer.delete_user")
trace.assert_never(model="gpt-4o")
trace.assert_never(model="gpt-4*")
trace.assert_never(model="GPT-4o")
trace.assert_never(model="openai:gpt-4o")
trace.assert_never(model="OpenAI/gpt-4o")
trace.assert_never(model="chat")
trace.assert_never(tags="fast")
trace.assert_never(tags="FAST")
trace.assert_never(tags=["fast", "slow"]) or trace.assert_never(tags="fas")
trace.assert_never(metadata={"tier": "gold"})
trace.assert_never(metadata={"Tier": "gold"})
trace.assert_never(metadata="gold")
trace.assert_never(source="Runtime")
assert "delete_user" not in trace
assert "delete_usr" not in trace.tools
assert "delete_*" not in trace.tools.names
assert "Delete_User" not in trace.tools.names
assert "delete_user" not in trace.spans
assert "delete_user" not in trace.retries
assert "delete_*" not in trace.retries
assert "tool delete_user" not in trace.retries
assert "delete_user" not in trace.events
assert "chunk" not in trace.events
assert "planner" not in trace.runs
assert "planner" not in trace.roots
assert "Planner" not in trace.agents
assert not trace.find("delete-user")
assert not trace.find(name="delete_user")
assert not trace.tools.find("buyer.delete_user")
assert trace.tools.count == 0
assert trace.tools.names.count("delete_user") == 0
assert trace.tools.names.count("delete*") == 0
assert trace.tools.names != ["geocode","get_time","delete_user","delete_user","pay"]
assert trace.tools.names != ("geocode","get_time","delete_user","delete_user","pay")
assert trace.tools != ["geocode","get_time","delete_user","delete_user","pay"]
assert trace.tools.names != {"geocode","get_time","delete_user","pay"}
assert trace.tools.names != "geocode"
assert trace.status != "failed"
assert trace.status != "error"
assert trace.status == "success"
assert trace.status not in ("error", "cancelled")
assert d.status != "error"
assert d.status != "failed"
assert "err" not in d.status
assert d.error is None
assert d.error != "TimeoutError"
assert d.error != "timeouterror"
assert d.error != "upstream timed out"
assert d.error != "timed out"
assert "timed out" not in d.error
assert not d.error
assert d.parent != "buyer"
assert d.parent != "agent buyer"
assert d.parent != "buy*"
assert d.parent != "Buyer"
assert "planner" not in d.ancestors
assert "planner" not in d.ancestors.names
assert "delete_user" not in d.siblings
assert d.run_id == trace.one("pay").run_id
assert trace.retries == []
assert not trace.retries
assert len(trace.retries) == 0
assert "TimeoutError" not in trace.retries[0].errors
assert "Timeout*" not in trace.retries[0].errors
assert trace.retries[0] != "delete_user"
assert trace.retries[0].errors == ()
assert "gpt-4o" not in trace.usage.by_model
assert trace.usage.total_tokens == 92
assert trace.usage.output_tokens == 12
assert trace.usage.output_tokens < 1000
assert trace.usage.cost_usd < 1
assert trace.usage.requests < 100
assert "input_tokens" not in trace.usage
assert trace.usage.by_model.get("gpt-4o") is None
trace.assert_no_errors()
trace.assert_no_errors("delete*")
trace.assert_no_errors("delete_usr")
trace.assert_no_errors(type="agent")
trace.assert_no_errors("pay")
trace.assert_no_retries()
trace.assert_no_retries("delete_user")
trace.assert_no_retries("delete-user")
trace.assert_no_loops(at_most=0)
trace.assert_once("delete_user")
trace.assert_calls({"geocode": 1})
trace.assert_calls({"geocode": 1, "get_time": 1, "delete_user": 1, "pay": 1})
trace.assert_calls({"delete_*": 1, "geocode":1, "get_time":1, "pay":1})
trace.assert_calls(at_most={"delete_user": 1})
trace.assert_calls(at_most={"delete-user": 0})
trace.assert_calls(at_most={"tool delete_user": 0})
trace.assert_calls(at_least={"delete_user": 3})
trace.assert_calls(only=["geocode", "get_time", "pay"])
trace.assert_calls(only="get_*")
trace.assert_calls(at_least={"refund": True})
trace.assert_sequence("geocode", "get_time", ...)
trace.assert_sequence("get_time", "geocode", ...)
trace.assert_sequence(..., "pay", ..., "delete_user", ...)
trace.assert_sequence(parallel("geocode","get_time"), "delete_user", "pay")
trace.assert_sequence(...)
trace.assert_sequence(optional("geocode"))
trace.assert_parallel("delete_user", "delete_user")
trace.assert_parallel("geocode", "delete_user")
trace.assert_parallel("geocode")
trace.assert_parallel("geocode", "geocode")
trace.assert_nested("delete_user", under="second")
trace.assert_nested("delete_user", under="agent")
trace.assert_nested("refund", under="planner")
trace.assert_followed(when="delete_user", by="refund")
trace.assert_followed(when="delete-user", by="refund")
trace.assert_followed(when="geocode", by="get_time")
trace.assert_followed(when="tool delete_user", by="refund")
trace.assert_received("delete_user", output_of="geocode")
trace.assert_received("refund", output_of="geocode")
trace.assert_fed_back("search")
trace.assert_fed_back("delete_usr")
trace.assert_budget(total_tokens=10**9)
trace.assert_budget(output_tokens=10**9)
trace.assert_budget(cost_usd=100)
trace.assert_budget(tool_calls=4)
trace.assert_budget(llm_calls=1)
trace.assert_budget(spans=0)
trace.assert_budget(retries=0)
trace.assert_budget(elapsed_ms=float("nan"))
trace.assert_budget(elapsed_ms=-1)
trace.assert_budget(spans=float("inf"))
trace.assert_budget(spans=True)
trace.assert_budget()
trace.assert_budget(total_token=5)
trace.assert_no_skips("x")
trace.assert_skipped("notify")
trace.assert_skipped()
trace.assert_streams_ended("chta")
trace.assert_streams_ended("planner")
trace.assert_first_chunk(within_ms=0)
trace.assert_first_chunk("delete_user", within_ms=10**9)
trace.assert_first_chunk(within_ms=None)
trace.assert_closed("delete_usr")
trace.one("delete_user")
trace.one("geocode", input={"city": re.compile("")})
trace.one("geocode", input={"city": re.compile("x*")})
trace.one("geocode", input={"city": "P*"})
trace.one("geocode", input={})
trace.one("geocode", output={"lat": IsFloat(gt=50)})
trace.one("geocode", output={"lat": lambda v: "yes"})
trace.one("pay", status="success")
trace.one("pay", input=exactly({"amount": 10, "x": 1}))
trace.first("delete_user", status="success").input == {} and 1/0 or trace.first("refund")
trace.wait_for("refund", timeout=0.01)
trace.wait_for(timeout=0.01)
trace["delete_user"]
trace.get("delete_user").output
trace.with_options(slow=5)
trace.with_options(retry_rule="none").assert_no_retries()
trace.span_tree(ignore=["geocode.inptu"])
trace.span_tree(ignore="*") == ""
trace.span_tree(replace={"geocode.output.lat": "uuid"})
trace.span_tree(replace={"geocode.output.lat": lambda v: "x"})
assert trace.span_tree() == trace.span_tree(ignore=["input"])
assert trace == a_trace(agent("planner"))
assert trace.one("geocode") == trace.one("get_time")
assert trace.tools.elapsed is None
trace.machinery.one("x")
trace.assert_no_unknown_tools("x")
trace.assert_calls(only=["*"])
trace.assert_calls(only="*")
trace.assert_calls(only=["pay", "**"])
trace.assert_never("search", output={"id": 1})
trace.assert_never("search", output=re.compile("id"))
trace.assert_never("delete_user", input={"user": re.compile("7")})
trace.assert_never("delete_user", input={"user": {"id": [7, 8]}})
trace.assert_never("delete_user", input={"user": {"id": {7, 8}}})
trace.assert_never("delete_user", input={"user": {"id": range(10)}})
trace.assert_never("delete_user", input={"user": {"id": "7.0"}})
trace.assert_never("delete_user", input=({"user": {"id": 7}},))
trace.assert_never("delete_user", input={"kwargs": {"user": {"id": 7}}})
trace.assert_never("delete_user", output={"ok": "true"})
trace.assert_never("delete_user", output={"ok": "True"})
trace.assert_never("search", input={"query": "cats"})
trace.assert_never("geocode", input="Paris")
trace.assert_never("geocode", input={"city": ["Paris", "Rome"]})
trace.assert_never("delete_user|pay")
trace.assert_never("delete_user, pay")
trace.assert_never("delete_{user,item}")
trace.assert_never("^delete")
trace.assert_never("delete_\\w+")
trace.assert_never("(?i)DELETE_USER")
trace.assert_never("%delete%")
trace.assert_never("functions.delete_user")
trace.assert_never("mcp__shop__delete_user")
trace.assert_never("ｄelete_user")
trace.assert_never("delete_user", error=lambda e: e == "TimeoutError")
trace.assert_never("delete_user", error=lambda e: e in ("TimeoutError", "OSError"))
trace.find(name="delete_user")
trace.assert_never()
trace.assert_never("")
trace.assert_never("*")
trace.assert_never(None)
trace.assert_never("delete_user", inptu={"x": 1})
trace.assert_never(b"delete_user")
trace.assert_never(d)
"""

TRUE = r"""
trace.assert_never(re.compile("^delete-user$"))
trace.assert_never(re.compile(r"delete\suser"))
trace.assert_never("delete_user", input=[7])
trace.assert_never("delete_user", input="7")
trace.assert_never("delete_user", input={"users": {"id": 7}})
trace.assert_never("delete_user", input={"user": IsInt})
trace.assert_never("search", input="Cats")
trace.assert_never("search", output={"id": 2})
trace.assert_never("search", output=re.compile("dogs"))
trace.assert_never("search", input=["Cats", "dogs"])
trace.assert_never("get_time", input={"tz": "None"})
trace.assert_never("refund|users")
trace.assert_never("functions.delete_users")
trace.assert_never("100%")
trace.assert_never("delete_user", error=lambda e: e == "ValueError")
trace.assert_never("delete_user", under="agents")
trace.assert_never(metadata={"tier": "Gold"})
"""
