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

/** What the host itself found for one authentication that is under way. */
export interface Sighting {
  token: string;
  /** For the plugin: frozen, so that nobody can bend it. */
  request: AccessRequest;
  /** Null as long as the host vouches for nothing. */
  evidence: Evidence | null;
  /** Whose it was, where the host refused it. */
  refused: RefusedCredential | undefined;
}

/** Remembers, while an authentication is under way, what the host itself verified for that token and target. */
export interface Witness {
  /** The resolvers to hand to a plugin. */
  credentials: CredentialResolvers;
  /** From here to `end` what the host finds for this token and target is written into what this answers. */
  begin(token: string, target: AccessTarget): Sighting;
  end(sighting: Sighting): void;
}

const sameTarget = (a: AccessTarget, b: AccessTarget): boolean => JSON.stringify(a) === JSON.stringify(b);

const see = (sighting: Sighting, resolved: Resolved<Evidence>): void => {
  if (resolved.ok) sighting.evidence = resolved.evidence;
  else sighting.refused = resolved.credential;
};

/** Wraps resolvers so that what a plugin answers can be held against what the host found. */
export const createWitness = (credentials: CredentialResolvers): Witness => {
  /** By the request that the plugin was given: whoever hands it on asks for the very same target. */
  const sightings = new Map<AccessRequest, Sighting>();

  /** Those of a plugin that made a request anew: it was asked about that token and target all the same. */
  const sightingsLike = (token: string, { target }: AccessRequest): Sighting[] =>
    [...sightings.values()].filter(
      (sighting) => sighting.token === token && sameTarget(sighting.request.target, target),
    );

  const note = <Found extends Evidence>(
    token: string,
    request: AccessRequest,
    resolving: Promise<Resolved<Found>>,
  ): Promise<Resolved<Found>> => {
    const own = sightings.get(request);
    const asked = own?.token === token ? own : sightingsLike(token, request);
    return resolving.then((resolved) => {
      if (resolved.ok) freezeEvidence(resolved.evidence);
      if (Array.isArray(asked)) for (const sighting of asked) see(sighting, resolved);
      else see(asked, resolved);
      return resolved;
    });
  };

  return {
    credentials: {
      personalAccessToken: (token, request, options) =>
        note(token, request, credentials.personalAccessToken(token, request, options)),
      userActor: (token, request, options) => note(token, request, credentials.userActor(token, request, options)),
      session: (secret, request, options) => note(secret, request, credentials.session(secret, request, options)),
      bearer: (token, request, options) => note(token, request, credentials.bearer(token, request, options)),
    },
    begin(token, target) {
      const request = Object.freeze({ target: Object.freeze({ ...target }) });
      const sighting = { token, request, evidence: null, refused: undefined };
      sightings.set(request, sighting);
      return sighting;
    },
    end({ request }) {
      sightings.delete(request);
    },
  };
};
