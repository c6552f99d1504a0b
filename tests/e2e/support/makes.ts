import { forge, open } from "./forge.js";
import type { World } from "./world.js";

type Members = Record<string, unknown>;

/** One kind of JWT that the server takes, as it really is, and how to send it. */
export interface Make {
  name: "user-actor token" | "exchanged JWT" | "self-signed JWT";
  prefix: string;
  header: Members;
  claims: Members;
  secret: string;
  /** A request that the real one may make. */
  probe: { method: string; path: string };
  /** The real one, from the server or, where clients sign, signed as they do. */
  token: string;
  /** The secrets of the other kinds. */
  otherSecrets: string[];
}

const RUNS = { method: "GET", path: "/api/v1/runs" };
const WHOAMI = { method: "GET", path: "/api/v2/whoami" };

/** The three makes of JWT, of the same person and environment. */
export async function makesOf(world: World): Promise<Make[]> {
  const { environments } = world.owner;
  const userActor = (await world.ring("USER_ACTOR_SECRET")).keys[0].secret;
  const environmentJwt = (await world.ring("ENVIRONMENT_JWT_SECRET")).keys[0].secret;
  const session = (await world.ring("SESSION_SECRET")).keys[0].secret;
  const { apiKey, id } = environments.dev;
  const secrets = [userActor, environmentJwt, session, apiKey, environments.prod.apiKey];
  const uat = (await world.mint({ cap: ["read:all"], client: "forger" })).token;
  const exchanged = (await world.exchange("dev", { claims: { scopes: ["read:runs"] } }, uat)).token;
  const iat = Math.floor(Date.now() / 1000);
  const selfSigned = {
    header: { alg: "HS256" },
    claims: {
      sub: id,
      pub: true,
      scopes: ["read:runs"],
      ...{
        iss: "https://id.trigger.dev",
        aud: "https://api.trigger.dev",
        iat,
        exp: iat + 3600,
      },
    },
  };
  const makes: Omit<Make, "otherSecrets">[] = [
    { name: "user-actor token", prefix: "tr_uat_", ...open(uat), secret: userActor, probe: WHOAMI, token: uat },
    { name: "exchanged JWT", prefix: "", ...open(exchanged), secret: environmentJwt, probe: RUNS, token: exchanged },
    {
      name: "self-signed JWT",
      prefix: "",
      ...selfSigned,
      secret: apiKey,
      probe: RUNS,
      token: forge(selfSigned.header, selfSigned.claims, apiKey),
    },
  ];
  return makes.map((make) => ({ ...make, otherSecrets: secrets.filter((secret) => secret !== make.secret) }));
}
