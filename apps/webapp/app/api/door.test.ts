import { expect, it } from "vitest";
import { createDoor } from "./door.js";
import { AppError } from "./errors.js";

it("lets five hundred a second take their turn, and refuses what would wait too long", async () => {
  const door = createDoor(() => 0);
  const waiting = Array.from({ length: 1_001 }, () => door.turn("x"));
  await expect(door.turn("y")).rejects.toThrow(AppError);
  await expect(door.turn(null)).rejects.toThrow(AppError);
  await Promise.all(waiting);
});

it("lets a token that was good here pass at once, until it fails", async () => {
  const door = createDoor(() => 0);
  door.passed("good", true);
  const waiting = Array.from({ length: 1_001 }, () => door.turn("x"));
  await door.turn("good");
  door.failed("good", "revoked");
  await expect(door.turn("good")).rejects.toThrow(AppError);
  await Promise.all(waiting);
});

it("remembers for seconds what can not become good, and nothing else", () => {
  let now = 0;
  const door = createDoor(() => now);
  door.failed("a", "unknown");
  door.failed("b", "not_a_member");
  door.failed("c", "expired");
  expect(["a", "b", "c", "d"].map((token) => door.refusedBefore(token))).toEqual(["unknown", null, null, null]);
  now = 5_000;
  expect(door.refusedBefore("a")).toBeNull();
});

it("holds a bounded number of them", () => {
  const door = createDoor(() => 0);
  for (let index = 0; index < 10_050; index++) door.failed(`t${index}`, "unknown");
  expect([door.refusedBefore("t49"), door.refusedBefore("t50")]).toEqual([null, "unknown"]);
});
