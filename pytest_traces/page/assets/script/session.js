// The session that the page shows: its tests, and what is packed until it is looked at.

const session = JSON.parse(document.getElementById("session").textContent);

const PASSED = "✓";
const FAILED = "✗";

// The result of a test, its sign, and the words that a screen reader says.
const OUTCOMES = {
  failed: [FAILED, "bad", "failed"],
  error: [FAILED, "bad", "error in setup or teardown"],
  rerun: ["↻", "warn", "failed and ran again"],
  xpassed: ["!", "warn", "passed unexpectedly"],
  passed: [PASSED, "good", "passed"],
  xfailed: [PASSED, "good", "failed as expected"],
  skipped: ["–", "dim", "skipped"],
};

const unpacked = new Map();

async function unpack(key) {
  if (!unpacked.has(key)) unpacked.set(key, inflate(document.getElementById(key).textContent));
  return unpacked.get(key);
}

async function inflate(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

function nameOf(test) {
  const at = test.nodeid.indexOf("::");
  return at < 0 ? ["", test.nodeid] : [test.nodeid.slice(0, at), test.nodeid.slice(at + 2)];
}
