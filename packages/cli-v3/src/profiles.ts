import type { Config, Profile } from "./config-file.js";
import { isLabel } from "./label.js";
import { UsageError } from "./usage-error.js";

/** Refuses a name that could not be shown or typed again. */
export function checkProfileName(name: string): string {
  if (isLabel(name, 100) && name.trim() === name) return name;
  throw new UsageError("A profile's name is 1 to 100 characters, without control characters or space at its ends.");
}

/** The profile of that name, if there is one. */
export function findProfile(config: Config, name: string): Profile | undefined {
  return Object.hasOwn(config.profiles, name) ? config.profiles[name] : undefined;
}

/** With a profile added or changed. The first profile of a file becomes the current one. */
export function withProfile(config: Config, name: string, profile: Profile): Config {
  const isFirst = Object.keys(config.profiles).length === 0;
  return {
    ...config,
    currentProfile: isFirst ? name : config.currentProfile,
    profiles: { ...config.profiles, [name]: { ...findProfile(config, name), ...profile } },
  };
}

/** Without a profile; the others and everything else stay. */
export function withoutProfile(config: Config, name: string): Config {
  return {
    ...config,
    profiles: Object.fromEntries(Object.entries(config.profiles).filter(([other]) => other !== name)),
  };
}
