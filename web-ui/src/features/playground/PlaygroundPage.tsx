import type { Playground } from "@rookery/host/api";
import { IconFlaskOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { playgroundQuery } from "../../api/playground.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import { usePageTitle } from "../../components/PageHeader.tsx";
import { QueryView, Rows } from "../../components/QueryView.tsx";
import { ChatView } from "./ChatView.tsx";
import classes from "./Playground.module.css";
import { playgroundAs, SpeakerProvider } from "./people/speaker.ts";
import { texts } from "./texts.ts";

export function PlaygroundPage() {
  usePageTitle(texts.title);
  const playground = useQuery(playgroundQuery);
  return (
    <QueryView query={playground} skeleton={<Waiting />}>
      {(access) =>
        access ? (
          <Chat access={access} />
        ) : (
          <div className={classes.alone}>
            <EmptyState
              order={1}
              icon={<IconFlaskOff size={40} />}
              title={texts.offTitle}
              detail={texts.offDetail}
            />
          </div>
        )
      }
    </QueryView>
  );
}

function Chat({ access }: { access: NonNullable<Playground> }) {
  const [speaker, setSpeaker] = useState<string>();
  const playground = playgroundAs(access, speaker);
  const everybody = [access, ...access.people].map((person) => person.userId);
  return (
    <SpeakerProvider value={{ userId: playground.userId, everybody, choose: setSpeaker }}>
      <ChatView key={playground.accessToken} playground={playground} />
    </SpeakerProvider>
  );
}

function Waiting() {
  return (
    <div className={classes.alone}>
      <Rows />
    </div>
  );
}
