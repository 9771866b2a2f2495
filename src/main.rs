//! The `kangcun` command.

fn main() -> std::process::ExitCode {
    kangcun::cli::run()
}
