import { Button, Stack, Text } from "@mantine/core";
import type { Account, Homeserver } from "@rookery/host/api";
import { IconCircleCheck } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { PageHeader } from "../../components/PageHeader.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import classes from "./NewAccountPage.module.css";
import { serverIn } from "./new/address.ts";
import { FindHomeserver } from "./new/FindHomeserver.tsx";
import { Login } from "./new/Login.tsx";
import { waysOf } from "./new/ways.ts";
import { texts } from "./texts.ts";

/** First where the account lives, then how it comes in; its own page then says what to do with it. */
export function NewAccountPage() {
  const [address, setAddress] = useState("");
  const [homeserver, setHomeserver] = useState<Homeserver>();
  const [isBack, setIsBack] = useState(false);
  const navigate = useNavigate();
  const toast = useToast();
  const onAdded = ({ id, userId }: Account) => {
    toast({ message: texts.added(userId) });
    void navigate({ to: "/accounts/$id", params: { id }, ignoreBlocker: true });
  };
  const asked = address.trim().replace(/\/+$/, "");
  return (
    <>
      <PageHeader title={texts.add} lead={texts.newLead} />
      <Stack>
        <div role="status">
          {homeserver && (
            <Found
              address={serverIn(asked)}
              homeserver={homeserver}
              onChange={() => {
                setIsBack(true);
                setHomeserver(undefined);
              }}
            />
          )}
        </div>
        {homeserver ? (
          <Login address={asked} homeserver={homeserver} onAdded={onAdded} />
        ) : (
          <FindHomeserver address={address} isBack={isBack} onAddress={setAddress} onFound={setHomeserver} />
        )}
      </Stack>
    </>
  );
}

function Found({
  address,
  homeserver,
  onChange,
}: {
  address: string;
  homeserver: Homeserver;
  onChange: () => void;
}) {
  const { homeserverUrl } = homeserver;
  const { offered } = waysOf(homeserver);
  return (
    <div className={classes.found}>
      <IconCircleCheck size={20} aria-hidden />
      <div className={classes.words}>
        <Text fw={600}>
          {address === homeserverUrl ? texts.answers(address) : texts.servedBy(address, homeserverUrl)}
        </Text>
        <Text>{texts.offers(offered.map((way) => texts.wayNames[way]))}</Text>
      </div>
      <Button size="xs" variant="default" onClick={onChange}>
        {texts.otherHomeserver}
      </Button>
    </div>
  );
}
