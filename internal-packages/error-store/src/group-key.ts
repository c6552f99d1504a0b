/** One group. No operation finds a group by its fingerprint alone. */
export interface GroupKey {
  environmentId: string;
  fingerprint: string;
}

/** One text for a key: neither part has a space. */
export const textOfKey = ({ environmentId, fingerprint }: GroupKey): string => `${environmentId} ${fingerprint}`;

/** The order in which everybody locks groups, so that no two wait for each other. */
export const byKey = (left: GroupKey, right: GroupKey): number =>
  compare(left.environmentId, right.environmentId) || compare(left.fingerprint, right.fingerprint);

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
