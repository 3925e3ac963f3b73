import { writeFileSync } from "node:fs";
import { publicationView } from "../../src/notebook/publish/publication-view.js";
it("card", () => {
  const entry = (name: string, more: object = {}) => ({ id: "pass_77uA8xzV1p3F2DZd", name, scopes: ["infer" as const], state: "active" as const, created_at: "", expires_at: "2026-11-24T02:00:00Z", max_requests: null, max_tokens: 20000, requests: 12, tokens: 3411, running: 1, last_used_at: "2026-11-23T17:00:00Z", ...more });
  const view = publicationView({ known: { state: "online", url: "https://dev-abc.ngrok-free.app", since: "", expires_at: new Date(Date.now() + 7.9 * 3600e3).toISOString(), reconnects: 1, latency_ms: 24, problem: null, traffic: { requests: 431, bytes_sent: 1234567 }, keys: [entry("publication", { max_tokens: null }), entry("Ann"), entry("Bob", { state: "revoked", running: 0 })] }, url: "https://dev-abc.ngrok-free.app", keyWords: "••••l73M — key.reveal() gives it; it is told this one time", warnings: ['The lab is published already, so "domain" changed nothing.'], isAnswering: true });
  writeFileSync("/tmp/card.html", `<body style="background:#fff">${view.html().source}</body>`);
  console.log(view.text());
});
