import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { describeWith } from "../describe-with.ts";

const DEPLOY = join(import.meta.dirname, "../../deploy");
const read = (name: string) => readFileSync(join(DEPLOY, name), "utf8");
const instructions = (name: string) =>
  [...read("Dockerfile").matchAll(/^([A-Z]+) (.*)$/gm)].flatMap(([, key, value]) =>
    key === name ? [value] : [],
  );

it("the container runs as nobody in particular, without rights, on a file system that it cannot write to", () => {
  const { rookery } = parse(read("compose.yaml")).services;
  expect(rookery).toMatchObject({
    ...{ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"], network_mode: "host" },
    user: instructions("USER")[0],
  });
  expect(rookery.privileged).toBeUndefined();
  expect(rookery.ports).toBeUndefined();
  expect(instructions("USER")).toEqual(["10001:10001"]);
  expect(instructions("VOLUME")).toEqual([rookery.volumes[0].split(":")[1]]);
});

it("the container starts what is in the repository", () => {
  const [entry = "[]"] = instructions("ENTRYPOINT");
  const [, program = ""] = JSON.parse(entry) as string[];
  expect(existsSync(program.replace("/opt/rookery", join(DEPLOY, "..")))).toBe(true);
});

const compose = spawnSync("docker", ["compose", "version"]).status === 0;
describeWith(
  [compose ? { available: true } : { available: false, reason: "no docker compose on the PATH" }],
  "Docker Compose",
  () => {
    it("takes the file, and the commands that the documents have", () => {
      const file = join(DEPLOY, "compose.yaml");
      const { status, stderr } = spawnSync("docker", ["compose", "-f", file, "config", "--quiet"], {
        encoding: "utf8",
      });
      expect([status, stderr]).toEqual([0, ""]);
    });
  },
);
