import { spawn } from "node:child_process";

/** Opens `url` with what the platform has for it. False when there is no screen or no such program. */
export function openBrowser(url: string): Promise<boolean> {
  const opener = platformOpener(url);
  if (!opener) return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn(opener.command, opener.args, { stdio: "ignore", detached: true });
    child.once("error", () => resolve(false));
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}

function platformOpener(url: string): { command: string; args: string[] } | null {
  if (process.platform === "darwin") return { command: "open", args: [url] };
  if (process.platform === "win32") return { command: "rundll32", args: ["url.dll,FileProtocolHandler", url] };
  const hasScreen = process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"] || process.env["WSL_DISTRO_NAME"];
  return hasScreen ? { command: "xdg-open", args: [url] } : null;
}
