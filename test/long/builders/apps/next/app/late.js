import "./late.css";
import { version } from "./version";

export const late = () => `late of ${version}`;
