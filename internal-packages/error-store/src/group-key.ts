/** One group. No operation finds a group by its fingerprint alone. */
export interface GroupKey {
  environmentId: string;
  fingerprint: string;
}

/** One text for a key: neither part has a space. */
export const textOfKey = ({ environmentId, fingerprint }: GroupKey): string => `${environmentId} ${fingerprint}`;
