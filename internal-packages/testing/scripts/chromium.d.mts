/** The path of a Chromium on this machine, or null. `CHROMIUM_PATH` decides where it is set. */
export function findChromium(): string | null;
/** Installs Debian's Chromium where we are root on Debian; says whether it did. */
export function installChromium(): boolean;
