// The messages of a model call as a conversation, in whichever form its framework or provider wrote them.

const ROLES = new Map([
  ["human", "user"],
  ["ai", "assistant"],
  ["model", "assistant"],
  ["function", "tool"],
  ["developer", "system"],
]);

// Return the messages of a span as role, texts and calls; none if its input and output are not messages.
function conversationOf(span) {
  const asked = messagesIn(span.input);
  if (!asked.length && span.type !== "llm") return [];
  const question = !asked.length && typeof span.input === "string" ? [{ role: "user", content: span.input }] : asked;
  const answer = answersIn(span.output).map((message) => ({ role: "assistant", ...message, isAnswer: true }));
  return [...question, ...answer].map(readMessage);
}

function answersIn(output) {
  if (typeof output === "string") return [{ content: output }];
  const messages = messagesIn(output);
  return !messages.length && isMessage(output) ? [output] : messages;
}

const isMessage = (value) =>
  value !== null && typeof value === "object" && ("content" in value || "tool_calls" in value || "parts" in value);

function messagesIn(value) {
  if (Array.isArray(value))
    return value.every((one) => isMessage(one) && ("role" in one || "type" in one)) ? value : [];
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value.choices)) return value.choices.map((choice) => choice?.message).filter(isMessage);
  const held = value.messages ?? value.input ?? value.contents;
  const messages = Array.isArray(held) ? messagesIn(held) : [];
  const system = value.system ?? value.instructions;
  if (typeof system === "string" && messages.length) return [{ role: "system", content: system }, ...messages];
  if (messages.length) return messages;
  return isMessage(value) && "role" in value ? [value] : [];
}

function readMessage(message) {
  const read = {
    role: String(ROLES.get(message.role ?? message.type) ?? message.role ?? message.type),
    texts: [],
    calls: [],
    isAnswer: message.isAnswer,
  };
  for (const part of [message.content, message.parts].flat()) readPart(part, read);
  for (const call of [message.tool_calls ?? []].flat()) read.calls.push(readCall(call));
  return read;
}

function readPart(part, read) {
  if (part === null || part === undefined || part === "") return;
  if (typeof part === "string") read.texts.push(part);
  else if (/^(tool_call|tool_use|tool-call|function_call)$/.test(part.type ?? part.part_kind ?? ""))
    read.calls.push(readCall(part));
  else if (typeof (part.text ?? part.content ?? part.thinking) === "string")
    read.texts.push(part.text ?? part.content ?? part.thinking);
  else read.texts.push(part.response ?? part.result ?? part.content ?? part);
}

function readCall(call) {
  const named = call?.function ?? call;
  const given = named?.args ?? named?.arguments ?? named?.input ?? named?.parameters;
  return { name: String(named?.name ?? named?.tool_name ?? "?"), given: parsed(given) };
}

function parsed(given) {
  if (typeof given !== "string") return given;
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}

function drawMessage({ role, texts, calls, isAnswer }) {
  const said = texts.map((one) => div("said", typeof one === "string" ? drawText(one) : drawValue(one)));
  const asked = calls.map(({ name, given }) =>
    div(
      "call",
      text("type type-tool", "calls"),
      " ",
      text("name", name),
      given === undefined ? "" : drawValue(given, 1),
    ),
  );
  return element(
    "div",
    { class: `message ${isAnswer ? "answer" : ""}` },
    text(`role role-${role}`, role),
    div("body", ...said, ...asked),
  );
}
