import { Stack } from "@mantine/core";
import { Sessions } from "./Sessions.tsx";
import { Tokens } from "./Tokens.tsx";

/** Where one is signed in, and the tokens that act for one. */
export function YourAccess() {
  return (
    <Stack gap="xl">
      <Sessions />
      <Tokens />
    </Stack>
  );
}
