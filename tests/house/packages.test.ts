import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { files, read } from "./files.js";

interface Manifest {
  name: string;
  license: string;
  type: string;
  private?: boolean;
  files?: string[];
  engines?: { node: string };
  dependencies?: Record<string, string>;
}

const readManifest = (path: string): Manifest => JSON.parse(read(path));

const manifests = files()
  .filter((path) => /^((apps|packages|internal-packages|tests)\/[^/]+|bench)\/package\.json$/.test(path))
  .map((path) => ({ path, ...readManifest(path) }));

describe.each(manifests)("$path", (manifest) => {
  it("is an ES module under the project's license", () => {
    expect(manifest).toMatchObject({ type: "module", license: "Apache-2.0" });
  });
});

describe.each(manifests.filter((manifest) => !manifest.private))("$path, published,", (manifest) => {
  it("says what it runs on and brings its license", () => {
    expect(manifest.engines?.node).toBe(">=20.19.0");
    expect(manifest.files).toContain("LICENSE");
    expect(files()).toContain(`${dirname(manifest.path)}/LICENSE`);
  });

  it("needs no package at run time that is not published", () => {
    const unpublished = new Set(manifests.filter((other) => other.private).map((other) => other.name));
    expect(Object.keys(manifest.dependencies ?? {}).filter((name) => unpublished.has(name))).toEqual([]);
  });
});

describe("the lock file", () => {
  it("names no registry, so that any mirror will do", () => {
    expect(read("pnpm-lock.yaml").match(/https?:\/\/\S+/g) ?? []).toEqual([]);
  });
});

describe("the repository", () => {
  it("holds no path of anybody's machine", () => {
    const found = files()
      .filter((path) => /\.([cm]?[jt]sx?|json|md|ya?ml|sql|css)$/.test(path) && path !== "pnpm-lock.yaml")
      .filter((path) => /(["'`(\s=])\/(work|home|root|Users)\/\w/.test(read(path)));
    expect(found).toEqual([]);
  });

  it("keeps its files short enough to be one idea each", () => {
    const long = files()
      .filter((path) => /\.([cm]?[jt]sx?)$/.test(path) && !/\.test\.tsx?$/.test(path))
      .filter((path) => read(path).split("\n").length > 300);
    expect(long).toEqual([]);
  });
});
