import { Button, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Caution } from "../../components/Caution.tsx";
import { texts } from "./texts.ts";

/** Somebody else changed what a form is about; the form's edits stay until theirs are asked for. */
export function Overtaken({ onLoad }: { onLoad: () => void }) {
  return (
    <div role="alert">
      <Caution
        icon={<IconAlertTriangle size={20} aria-hidden />}
        title={texts.overtaken}
        action={
          <Button size="xs" variant="default" onClick={onLoad}>
            {texts.loadTheirs}
          </Button>
        }
      >
        <Text>{texts.overtakenDetail}</Text>
      </Caution>
    </div>
  );
}
