import type { Evidence } from "./witness.js";

/** Makes evidence unchangeable, so that whoever is shown it cannot bend what the host goes by. */
export const freezeEvidence = (evidence: Evidence): void => {
  for (const cap of evidence.caps) Object.freeze(cap);
  Object.freeze(evidence.caps);
  if ("membership" in evidence) Object.freeze(evidence.membership);
  Object.freeze(evidence.user);
  Object.freeze(evidence.credential);
  if (evidence.credential.kind === "environmentJwt") Object.freeze(evidence.credential.act);
  Object.freeze(evidence.narrowing);
  const place = "place" in evidence ? evidence.place : evidence;
  const policy = place?.organization.policy;
  if (policy) for (const part of [policy.defaultCap, policy.clients, policy]) Object.freeze(part);
  if (place) for (const part of [place.organization, place.project, place.environment]) Object.freeze(part);
  if ("place" in evidence && evidence.place) Object.freeze(evidence.place.membership);
  Object.freeze(place);
  Object.freeze(evidence);
};
