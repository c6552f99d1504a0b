import type { EnvironmentEvidence, Organization, UserEvidence } from "@trigger.dev/plugins/rbac";

/**
 * Makes evidence unchangeable, so that whoever is shown it cannot bend what the host goes by. Written out: it is done on
 * every request.
 */
export const freezeEvidence = (evidence: UserEvidence | EnvironmentEvidence): void => {
  for (const cap of evidence.caps) Object.freeze(cap);
  Object.freeze(evidence.caps);
  if (evidence.narrowing) Object.freeze(evidence.narrowing);
  if ("place" in evidence) freezeUserEvidence(evidence);
  else freezeEnvironmentEvidence(evidence);
  Object.freeze(evidence);
};

const freezeUserEvidence = ({ user, credential, place }: UserEvidence): void => {
  Object.freeze(user);
  Object.freeze(credential);
  if (place === null) return;
  freezeOrganization(place.organization);
  Object.freeze(place.membership);
  if (place.project) Object.freeze(place.project);
  if (place.environment) Object.freeze(place.environment);
  Object.freeze(place);
};

const freezeEnvironmentEvidence = (evidence: EnvironmentEvidence): void => {
  const { user, credential, membership, organization, project, environment } = evidence;
  if (user) Object.freeze(user);
  if (credential.kind === "environmentJwt" && credential.act) Object.freeze(credential.act);
  Object.freeze(credential);
  if (membership) Object.freeze(membership);
  freezeOrganization(organization);
  Object.freeze(project);
  Object.freeze(environment);
};

const freezeOrganization = (organization: Organization): void => {
  const { policy } = organization;
  if (policy) {
    if (policy.defaultCap) Object.freeze(policy.defaultCap);
    if (policy.clients) Object.freeze(policy.clients);
    Object.freeze(policy);
  }
  Object.freeze(organization);
};
