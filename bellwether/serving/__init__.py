"""What stands between the network and the app: who may connect, what leaves with each answer, what is logged."""
