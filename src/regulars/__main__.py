from regulars.cli.main import main

main()
