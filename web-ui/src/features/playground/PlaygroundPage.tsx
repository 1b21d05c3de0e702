import { IconFlaskOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { playgroundQuery } from "../../api/playground.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import { usePageTitle } from "../../components/PageHeader.tsx";
import { QueryView, Rows } from "../../components/QueryView.tsx";
import { ChatView } from "./ChatView.tsx";
import classes from "./Playground.module.css";
import { texts } from "./texts.ts";

export function PlaygroundPage() {
  usePageTitle(texts.title);
  const playground = useQuery(playgroundQuery);
  return (
    <QueryView query={playground} skeleton={<Waiting />}>
      {(access) =>
        access ? (
          <ChatView key={access.accessToken} playground={access} />
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

function Waiting() {
  return (
    <div className={classes.alone}>
      <Rows />
    </div>
  );
}
