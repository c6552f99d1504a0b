import type {
  AccessRequest,
  CredentialResolvers,
  EnvironmentEvidence,
  RefusedCredential,
  Resolved,
  UserEvidence,
} from "@trigger.dev/plugins/rbac";
import { freezeEvidence } from "./freeze-evidence.js";

export type Evidence = UserEvidence | EnvironmentEvidence;

interface Sighting {
  waiting: number;
  evidence: Evidence | null;
  /** Whose it was, where the host itself refused it. */
  refused: RefusedCredential | undefined;
}

/** Remembers, while an authentication is under way, what the host itself verified for that token and target. */
export interface Witness {
  /** The resolvers to hand to a plugin. */
  credentials: CredentialResolvers;
  /** Runs an authentication; `seen` answers the host's evidence for it, null when the host vouched for nothing. */
  watch<Answer>(
    token: string,
    request: AccessRequest,
    run: (seen: () => Pick<Sighting, "evidence" | "refused">) => Promise<Answer>,
  ): Promise<Answer>;
}

const keyOf = (token: string, request: AccessRequest): string => JSON.stringify([token, request.target]);

/** Wraps resolvers so that what a plugin answers can be held against what the host found. */
export const createWitness = (credentials: CredentialResolvers): Witness => {
  const sightings = new Map<string, Sighting>();

  const note = async <Found extends Evidence>(
    token: string,
    request: AccessRequest,
    resolving: Promise<Resolved<Found>>,
  ): Promise<Resolved<Found>> => {
    const resolved = await resolving;
    if (resolved.ok) freezeEvidence(resolved.evidence);
    const sighting = sightings.get(keyOf(token, request));
    if (sighting && resolved.ok) sighting.evidence = resolved.evidence;
    if (sighting && !resolved.ok) sighting.refused = resolved.credential;
    return resolved;
  };

  return {
    credentials: {
      personalAccessToken: (token, request, options) =>
        note(token, request, credentials.personalAccessToken(token, request, options)),
      userActor: (token, request, options) => note(token, request, credentials.userActor(token, request, options)),
      session: (secret, request, options) => note(secret, request, credentials.session(secret, request, options)),
      bearer: (token, request, options) => note(token, request, credentials.bearer(token, request, options)),
    },
    async watch(token, request, run) {
      const key = keyOf(token, request);
      const sighting = sightings.get(key) ?? { waiting: 0, evidence: null, refused: undefined };
      sightings.set(key, sighting);
      sighting.waiting += 1;
      try {
        return await run(() => sighting);
      } finally {
        sighting.waiting -= 1;
        if (sighting.waiting === 0) sightings.delete(key);
      }
    },
  };
};
