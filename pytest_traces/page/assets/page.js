const session = JSON.parse(document.getElementById("session").textContent);
document.title = session.title;
for (const test of session.tests) {
  const row = document.createElement("p");
  row.textContent = `${test.outcome} ${test.nodeid}`;
  document.getElementById("page").append(row);
}
