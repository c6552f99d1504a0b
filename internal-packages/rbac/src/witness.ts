import type {
  AccessRequest,
  AccessTarget,
  CredentialResolvers,
  EnvironmentEvidence,
  RefusedCredential,
  Resolved,
  UserEvidence,
} from "@trigger.dev/plugins/rbac";
import { freezeEvidence } from "./freeze-evidence.js";

export type Evidence = UserEvidence | EnvironmentEvidence;

interface Sighting {
  token: string;
  target: AccessTarget;
  evidence: Evidence | null;
  /** Whose it was, where the host itself refused it. */
  refused: RefusedCredential | undefined;
}

/** Remembers, while an authentication is under way, what the host itself verified for that token and target. */
export interface Witness {
  /** The resolvers to hand to a plugin. */
  credentials: CredentialResolvers;
  /**
   * Runs an authentication with a request of its own, which nobody can bend; `seen` answers the host's evidence for it,
   * null when the host vouched for nothing.
   */
  watch<Answer>(
    token: string,
    request: AccessRequest,
    run: (own: AccessRequest, seen: () => Pick<Sighting, "evidence" | "refused">) => Promise<Answer>,
  ): Promise<Answer>;
}

const sameTarget = (a: AccessTarget, b: AccessTarget): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Wraps resolvers so that what a plugin answers can be held against what the host found. */
export const createWitness = (credentials: CredentialResolvers): Witness => {
  /** By the request that the plugin was given, which is frozen: whoever hands it on asks for the very same target. */
  const sightings = new Map<AccessRequest, Sighting>();

  const sightingsOf = (token: string, request: AccessRequest): Sighting[] => {
    const own = sightings.get(request);
    if (own?.token === token) return [own];
    // A plugin that made a request anew: it was asked about that token and target all the same.
    return [...sightings.values()].filter(
      (sighting) => sighting.token === token && sameTarget(sighting.target, request.target),
    );
  };

  const note = async <Found extends Evidence>(
    token: string,
    request: AccessRequest,
    resolving: Promise<Resolved<Found>>,
  ): Promise<Resolved<Found>> => {
    const asked = sightingsOf(token, request);
    const resolved = await resolving;
    if (resolved.ok) freezeEvidence(resolved.evidence);
    for (const sighting of asked) {
      if (resolved.ok) sighting.evidence = resolved.evidence;
      else sighting.refused = resolved.credential;
    }
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
    async watch(token, { target }, run) {
      const own = Object.freeze({ target: Object.freeze({ ...target }) });
      const sighting: Sighting = { token, target: own.target, evidence: null, refused: undefined };
      sightings.set(own, sighting);
      try {
        return await run(own, () => sighting);
      } finally {
        sightings.delete(own);
      }
    },
  };
};
