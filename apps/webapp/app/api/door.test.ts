import type { RefusalReason } from "@trigger.dev/plugins/rbac";
import { expect, it } from "vitest";
import { createDoor } from "./door.js";
import { AppError } from "./errors.js";

/** Finds nothing wrong but with what is called a guess, and says what it was asked. */
function createScreen() {
  const asked: string[] = [];
  const screen = async (token: string): Promise<RefusalReason | null> => {
    asked.push(token);
    return token.startsWith("guess") ? "unknown" : token.startsWith("forged") ? "signature" : null;
  };
  return { asked, screen };
}

const never = () => Promise.reject(new Error("nothing is to be screened"));

it("tells a flooded address of five hundred refusals a second, and sends away what would wait too long", async () => {
  const door = createDoor(never, () => 0);
  const waiting = Array.from({ length: 1_001 }, () => door.holdBack());
  await expect(door.holdBack()).rejects.toThrow(AppError);
  await expect(door.holdBack()).rejects.toMatchObject({ status: 429, headers: { "retry-after": "1" } });
  await Promise.all(waiting);
});

it("never makes a good token wait behind them, nor one that it sees for the first time", async () => {
  const { screen } = createScreen();
  const door = createDoor(screen, () => 0);
  const waiting = Array.from({ length: 1_001 }, () => door.holdBack());
  expect(await door.findRefusal("new", true)).toBeNull();
  await Promise.all(waiting);
});

it("screens what comes from a flooded address alone, and a token that was good there no second time", async () => {
  const { asked, screen } = createScreen();
  const door = createDoor(screen, () => 0);
  expect(await door.findRefusal("good", false)).toBeNull();
  expect(await door.findRefusal("good", true)).toBeNull();
  door.passed("good", true);
  expect(await door.findRefusal("good", true)).toBeNull();
  expect(asked).toEqual(["good"]);
  door.failed("good", "bad_claims");
  expect(await door.findRefusal("good", true)).toBeNull();
  expect(asked).toEqual(["good", "good"]);
});

it("remembers for seconds what can not become good, and nothing else", async () => {
  let now = 0;
  const { asked, screen } = createScreen();
  const door = createDoor(screen, () => now);
  door.failed("a", "unknown");
  door.failed("b", "refused_by_plugin");
  door.failed("c", "not_a_member");
  const refusals = () => Promise.all(["a", "b", "c", "d"].map((token) => door.findRefusal(token, false)));
  expect(await refusals()).toEqual(["unknown", null, "not_a_member", null]);
  for (const token of ["guess", "guess", "forged", "forged"]) await door.findRefusal(token, true);
  expect(asked).toEqual(["guess", "forged", "forged"]);
  now = 5_000;
  expect(await refusals()).toEqual([null, null, null, null]);
});

it("holds a bounded number of them", async () => {
  const door = createDoor(never, () => 0);
  for (let index = 0; index < 10_050; index++) door.failed(`t${index}`, "unknown");
  expect(await door.findRefusal("t49", false)).toBeNull();
  expect(await door.findRefusal("t50", false)).toBe("unknown");
});
