const TASK = "task/";
const ID = /^queue_[\w-]{2,700}$/;

/** The id of a queue: its name, so that what addresses it can be read back. */
export const queueId = (name: string): string => `queue_${Buffer.from(name).toString("base64url")}`;

/** A queue's name as people say it: a task's own queue is called as the task. */
export const describeQueue = (name: string) => ({
  id: queueId(name),
  name: name.startsWith(TASK) ? name.slice(TASK.length) : name,
  type: name.startsWith(TASK) ? ("task" as const) : ("custom" as const),
});

/** The stored name of the queue that a request means; undefined for an id that is none. */
export function queueNameOf(reference: string, type: "id" | "task" | "custom"): string | undefined {
  if (type === "id") {
    if (!ID.test(reference)) return undefined;
    const name = Buffer.from(reference.slice("queue_".length), "base64url").toString();
    return queueId(name) === reference && !name.includes("\0") ? name : undefined;
  }
  const name = reference.replaceAll(/%2F/gi, "/");
  return type === "task" ? TASK + name : name;
}
