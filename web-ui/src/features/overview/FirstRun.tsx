import { Button, Text, Title } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import classes from "./FirstRun.module.css";
import { texts } from "./texts.ts";

/** From an empty page to a running bot: what is done, and what comes next. */
export function FirstRun({ plugins, accounts }: { plugins: number; accounts: number }) {
  const steps = [
    { title: texts.stepPlugin, detail: texts.stepPluginDetail, to: "/plugins", done: plugins > 0 },
    { title: texts.stepAccount, detail: texts.stepAccountDetail, to: "/accounts/new", done: accounts > 0 },
    { title: texts.stepInstance, detail: texts.stepInstanceDetail, to: "/instances/new", done: false },
  ];
  const next = steps.findIndex((step) => !step.done);
  return (
    <section>
      <Title order={2} mb="md">
        {texts.firstTitle}
      </Title>
      <ol className={classes.steps}>
        {steps.map((step, index) => (
          <li key={step.title} className={classes.step} data-next={index === next}>
            <span className={classes.mark}>
              {step.done ? <IconCircleCheck size={24} aria-label={texts.done} /> : index + 1}
            </span>
            <div className={classes.words}>
              <Text fw={600}>{step.title}</Text>
              <Text c="dimmed">{step.detail}</Text>
            </div>
            {!step.done && (
              <Button
                component={Link}
                to={step.to}
                variant={index === next ? "filled" : "default"}
                aria-label={`${texts.step(index + 1)}: ${step.title}`}
              >
                {step.title}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
