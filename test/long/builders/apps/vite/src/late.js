import "./late.css";
import { version } from "./version.js";

export const late = () => `late of ${version}`;
