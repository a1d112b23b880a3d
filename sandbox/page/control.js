// The sandbox's control calls. A refusal is shown to the person at once, so callers only look at what they need.

import { toast } from "./toasts.js";

/** The workspace that the page shows, empty for the first one. */
export const workspace = new URLSearchParams(location.search).get("workspace") ?? "";

async function answerOf(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { ok: false, error: text.slice(0, 200) || `status ${response.status}` };
  }
}

function reasonOf(name, answer) {
  const reason = answer.message ?? answer.error ?? answer.reason;
  if (typeof reason !== "string") return `The sandbox refused this (${name}): ${JSON.stringify(answer)}`;
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`;
}

async function asked(name, request) {
  let response;
  try {
    response = await fetch(`/_control/${name}`, request);
  } catch {
    toast(`The sandbox did not answer (${name}). Is it still running?`);
    return null;
  }
  const answer = await answerOf(response);
  if (!response.ok || answer.ok === false) {
    toast(reasonOf(name, answer));
    return null;
  }
  return answer;
}

/** POST one control call; answers the server's JSON, or null where the call failed and the person was told. */
export const control = (name, body) =>
  asked(workspace ? `${name}?workspace=${workspace}` : name, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/** DELETE what was set by a control call; answers as `control` does. */
export const withdraw = (name) => asked(name, { method: "DELETE" });

/** GET one control resource as JSON; throws where the sandbox does not answer. */
export async function look(path) {
  const response = await fetch(`/_control/${path}`);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}
