// Figures as the terminal report writes them; what is unknown is said, and never becomes 0.

const grouped = (number) => number.toLocaleString("en-US");

function duration(ms) {
  if (ms < 10) return `${Number(ms.toFixed(ms < 0.995 ? 2 : 1))} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 59950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${grouped(Math.floor(seconds / 60))} min ${seconds % 60} s`;
}

function money(usd) {
  if (usd > 0 && usd < 0.00005) return "<$0.0001";
  return usd < 0.1 ? `$${usd.toFixed(4)}` : `$${grouped(Number(usd.toFixed(2)))}`;
}

const count = (number, one, many = `${one}s`) => `${grouped(number)} ${number === 1 ? one : many}`;

function tokens(figures) {
  if (!figures.unreported) return count(figures.tokens ?? 0, "token");
  return figures.tokens ? `≥ ${count(figures.tokens, "token")}` : "tokens unknown";
}

function cost(figures) {
  if (!figures.cost_usd) return "";
  return `${figures.unpriced ? "≥ " : ""}${money(figures.cost_usd)}`;
}
