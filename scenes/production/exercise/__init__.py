"""A learner's file: run in a process of its own, judged by the core, reported, filmed.

The process has limits of time, memory and output, a folder of its own and an environment without
secrets, and cannot import this project. That stops accidents. It is no sandbox: the file runs with
the rights of whoever checks it.
"""
