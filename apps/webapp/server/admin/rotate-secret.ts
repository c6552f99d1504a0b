import { setTimeout as sleep } from "node:timers/promises";
import { SECRET_NAMES } from "@trigger.dev/rbac";
import { z } from "zod";
import { auditChange, inTransaction } from "../../app/services/operation.server.js";
import { reseal } from "../reseal.js";
import { addKey, dropOldKeys, refuseIfSetByEnvironment } from "../rotate-secret.js";
import { SEEN_WITHIN_MS } from "../secrets.js";
import { defineCommand } from "./command.js";
import { flag } from "./options.js";

export const rotateSecretCommand = defineCommand({
  name: "secret rotate",
  summary: "put a new key in front of a key ring, without an outage; older keys go on verifying until they are dropped",
  options: z.object({
    name: z.enum(SECRET_NAMES).meta({ value: "<name>", description: SECRET_NAMES.join(", ") }),
    dropOld: flag("also drop the older keys: what they signed is dead at once (for a leak)"),
  }),
  examples: ["secret rotate --name USER_ACTOR_SECRET", "secret rotate --name SESSION_SECRET --drop-old"],
  async run({ context, by }, { name, dropOld = false }) {
    refuseIfSetByEnvironment(name, process.env);
    const kids = await addKey(context.config, name);
    const [kid = ""] = kids;
    await context.secrets.reload();
    let resealed = 0;
    if (name === "ENCRYPTION_KEY") {
      // Until every server seals under the new key, values under the old one would still be written.
      if (dropOld) await sleep(SEEN_WITHIN_MS * 2);
      resealed = await reseal(context.pool, context.encryption, kid);
    }
    const dropped = dropOld ? await dropOldKeys(context.config, name) : [];
    await inTransaction(context, (client) =>
      auditChange(client, context, { action: "secret.rotate", target: name, detail: { kid, dropped }, by }),
    );
    return { name, kid, kids: kids.filter((each) => !dropped.includes(each)), dropped, resealed };
  },
  print: ({ name, kid, dropped }) => {
    const old = dropped.length > 0 ? ` Dropped ${dropped.join(", ")}.` : " The older keys still verify.";
    return `${name} signs with the new key ${kid}.${old}`;
  },
});
